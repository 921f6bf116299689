import { envelopeOf } from './push-envelope.js';

describe('the envelope of a push', () => {
  it('is its topic and its offset', () => {
    expect(envelopeOf('{"method":"m","topic":"room:1","offset":7}')).toEqual({ topic: 'room:1', offset: 7 });
  });

  it('is read from the item of a batch', () => {
    expect(envelopeOf('[{"method":"a"},{"method":"b","topic":"t"}]', 0)).toEqual({});
    expect(envelopeOf('[{"method":"a"},{"method":"b","topic":"t"}]', 1)).toEqual({ topic: 't' });
  });

  it('is empty for members of another type and for those inside the params', () => {
    expect(envelopeOf('{"method":"m","topic":1,"offset":"2"}')).toEqual({});
    expect(envelopeOf('{"method":"m","params":{"topic":"t"}}')).toEqual({});
  });
});
