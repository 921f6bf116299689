import { IsString, Matches, MaxLength } from 'class-validator';

export const MAX_TEXT_LENGTH = 2_000;

export class TextDto {
  @IsString()
  @Matches(/\S/, { message: 'text must not be blank' })
  @MaxLength(MAX_TEXT_LENGTH)
  readonly text!: string;
}
