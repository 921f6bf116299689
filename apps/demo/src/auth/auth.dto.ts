import { IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import type { Login } from '../demo-api.js';

const PLATFORMS = ['web', 'ios', 'android', 'h5', 'miniapp', 'desktop'];

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

  @IsOptional()
  @IsIn(PLATFORMS)
  readonly platform?: string;
}

export class TokenDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(4096)
  readonly token!: string;
}
