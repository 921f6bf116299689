import { Transform, Type } from 'class-transformer';
import { IsDate, IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import { RpcError } from 'nestjs-realtime-protocol';
import { DtoValidationPipe, hasValidationRules } from './dto-validation.pipe.js';
import type { ParamFault } from './param-faults.js';

class Item {
  @IsString()
  name!: string;
}

class Order {
  @IsInt()
  count!: number;

  @ValidateNested({ each: true })
  @Type(() => Item)
  items!: Item[];
}

class Special extends Order {
  extra?: string;
}

class Plain {
  a?: number;
}

async function faultsOf(value: unknown, member?: string): Promise<readonly ParamFault[]> {
  try {
    await new DtoValidationPipe(member).transform(value, { type: 'body', metatype: Order });
  } catch (error) {
    if (error instanceof RpcError) return (error.data as { errors: ParamFault[] }).errors;
    throw error;
  }
  return [];
}

describe('hasValidationRules', () => {
  it('sees the rules of a class and of its base', () => {
    expect([Order, Special, Item].map(hasValidationRules)).toEqual([true, true, true]);
  });

  it.each([[Plain], [Object], [String], [Number], [Array], [undefined], [null], ['Order'], [() => 1]])('sees none in %p', (type) => {
    expect(hasValidationRules(type)).toBe(false);
  });
});

describe('DtoValidationPipe', () => {
  it('makes an instance and leaves out what the class does not name', async () => {
    const value = { count: 1, items: [{ name: 'a', more: 1 }], more: 1 };
    const order = (await new DtoValidationPipe().transform(value, { type: 'body', metatype: Order })) as Order;
    expect(order).toBeInstanceOf(Order);
    expect(order.items[0]).toBeInstanceOf(Item);
    expect(order).toEqual({ count: 1, items: [{ name: 'a' }] });
  });

  it('names each broken rule with its path', async () => {
    expect(await faultsOf({ count: 'x', items: [{ name: 'a' }, { name: 7 }] })).toEqual([
      { path: 'count', constraints: { isInt: 'count must be an integer number' } },
      { path: 'items.1.name', constraints: { isString: 'name must be a string' } },
    ]);
  });

  it('puts the member of the params before each path', async () => {
    expect(await faultsOf({ count: 'x', items: [] }, 'order')).toEqual([expect.objectContaining({ path: 'order.count' })]);
    expect(await faultsOf([], 'order')).toEqual([expect.objectContaining({ path: 'order' })]);
  });

  it.each([[[]], [['a']], ['text'], [7], [true]])('refuses %p, which is no object', async (value) => {
    expect(await faultsOf(value)).toEqual([{ path: '', constraints: { isObject: expect.any(String) } }]);
  });

  it.each([[undefined], [null]])('takes %p for an object without members', async (value) => {
    expect((await faultsOf(value)).map(({ path }) => path)).toEqual(['count']);
  });

  it('leaves alone what has been made an instance already', async () => {
    const order = Object.assign(new Order(), { count: 'not checked again' });
    expect(await new DtoValidationPipe().transform(order, { type: 'body', metatype: Order })).toBe(order);
  });

  class Odd {
    @IsOptional() @Type(() => Date) @IsDate() date?: Date;
    @IsOptional() @Type(() => Number) @IsInt() number?: number;
    @IsOptional() @Type(() => String) @IsString() text?: string;
  }

  it.each(['date', 'number', 'text'])('blames the peer for a %s that is an object which cannot become one', async (member) => {
    const value = { [member]: { toString: 1, valueOf: 1 } };
    await expect(new DtoValidationPipe('odd').transform(value, { type: 'body', metatype: Odd })).rejects.toMatchObject({
      code: -32602,
      data: { errors: [{ path: 'odd', constraints: { transform: expect.any(String) } }] },
    });
  });

  it('leaves faults of the app what they are', async () => {
    class Broken {
      @Transform(() => JSON.parse('{') as unknown) @IsString() text?: string;
    }
    await expect(new DtoValidationPipe().transform({ text: 'x' }, { type: 'body', metatype: Broken })).rejects.toThrow(SyntaxError);
  });

  it('says nothing of the values that it refuses', async () => {
    const faults = await faultsOf({ count: 'a secret', items: [] });
    expect(JSON.stringify(faults)).not.toContain('secret');
  });
});
