import { IsNotEmpty, IsString, MaxLength, ValidateIf } from 'class-validator';
import type { Login } from '../demo-api.js';

export class LoginDto implements Login {
  @IsString()
  @IsNotEmpty()
  @MaxLength(64)
  readonly username!: string;

  // Bounded: hashing costs time for every character.
  @IsString()
  @IsNotEmpty()
  @MaxLength(256)
  readonly password!: string;

  // Which platforms there are is a setting: KnownPlatform looks.
  @ValidateIf(({ platform }: LoginDto) => platform !== undefined)
  @IsString()
  readonly platform?: string;
}

export class TokenDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(4096)
  readonly token!: string;
}
