import { acceptedTerms } from './deflate-offer.js';

const BOTH = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';

describe('an offer to compress', () => {
  it.each([
    ['permessage-deflate', 15, BOTH, 15],
    ['permessage-deflate; client_max_window_bits', 15, `${BOTH}; client_max_window_bits=15`, 15],
    ['permessage-deflate; client_max_window_bits', 11, `${BOTH}; server_max_window_bits=11; client_max_window_bits=11`, 11],
    ['permessage-deflate; client_max_window_bits=10', 15, `${BOTH}; client_max_window_bits=10`, 15],
    ['permessage-deflate; server_max_window_bits=12', 15, `${BOTH}; server_max_window_bits=12`, 12],
    ['permessage-deflate; server_max_window_bits="12"', 10, `${BOTH}; server_max_window_bits=10`, 10],
    ['permessage-deflate; server_max_window_bits=15', 15, `${BOTH}; server_max_window_bits=15`, 15],
    [' permessage-deflate ;server_no_context_takeover;client_no_context_takeover ', 15, BOTH, 15],
    ['x-webkit-deflate-frame, permessage-deflate', 15, BOTH, 15],
    ['permessage-deflate; server_max_window_bits=8, permessage-deflate', 15, BOTH, 15],
    ['permessage-deflate; mode=fast, permessage-deflate; server_max_window_bits=9', 15, `${BOTH}; server_max_window_bits=9`, 9],
  ])('%s is accepted (window %i)', (offer, windowBits, header, serverWindowBits) => {
    expect(acceptedTerms(offer, windowBits)).toEqual({ header, serverWindowBits });
  });

  it.each([
    [undefined],
    [''],
    ['permessage-bzip2'],
    ['Permessage-Deflate'],
    ['permessage-deflate; server_max_window_bits=8'],
    ['permessage-deflate; server_max_window_bits'],
    ['permessage-deflate; server_max_window_bits=16'],
    ['permessage-deflate; server_max_window_bits=010'],
    ['permessage-deflate; client_max_window_bits=7'],
    ['permessage-deflate; client_max_window_bits=12; client_max_window_bits=12'],
    ['permessage-deflate; server_no_context_takeover=1'],
    ['permessage-deflate; constructor'],
    ['permessage-deflate; '],
  ])('%s is passed over', (offer) => {
    expect(acceptedTerms(offer, 15)).toBeUndefined();
  });
});
