import { Matches } from 'class-validator';
import { TextDto } from '../basics/text.dto.js';
import { ROOM_NAME, ROOM_NAME_RULE } from './room-name.js';

export class SendMessageDto extends TextDto {
  @Matches(ROOM_NAME, { message: ROOM_NAME_RULE })
  readonly room!: string;
}
