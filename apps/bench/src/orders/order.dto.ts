/** What the calls of the handlers suite carry, as a class with rules; the same one for every server. */
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsInt, IsString, Length, Min, ValidateNested } from 'class-validator';
import type { Receipt } from './receipt.js';
import { receiptOf } from './receipt.js';

class OrderLine {
  @IsString()
  @Length(1, 20)
  article!: string;

  @IsInt()
  @Min(1)
  quantity!: number;
}

export class Order {
  @IsString()
  @Length(1, 40)
  reference!: string;

  @IsInt()
  @Min(1)
  customerId!: number;

  @IsBoolean()
  express!: boolean;

  @IsIn(['EUR', 'USD'])
  currency!: string;

  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => OrderLine)
  lines!: OrderLine[];

  /** Only an instance can answer with it. */
  receipt(): Receipt {
    return receiptOf(this);
  }
}
