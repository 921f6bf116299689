import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

export class KickDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(64)
  readonly userId!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  readonly reason!: string;
}
