/** Every decorator of class-validator's for a property, with a value that keeps it and one that breaks it; not part of the package. */
import * as cv from 'class-validator';

export interface DecoratorExample {
  readonly decorator: PropertyDecorator;
  readonly good: unknown;
  /** Undefined where nothing that JSON can say breaks it. */
  readonly bad: unknown;
  /** Only the libraries can judge the good value. */
  readonly isForLibraries: boolean;
}

class Odd {
  validate(value: unknown): boolean {
    return Number(value) % 2 === 1;
  }
}
cv.ValidatorConstraint({ name: 'odd' })(Odd);

class Kind {}

const row = (decorator: PropertyDecorator, good: unknown, bad: unknown): DecoratorExample => ({
  decorator,
  good,
  bad,
  isForLibraries: false,
});
const library = (decorator: PropertyDecorator, good: unknown, bad: unknown): DecoratorExample => ({
  decorator,
  good,
  bad,
  isForLibraries: true,
});

const UUID = '9b2b38f7-64c3-4d2a-9c1e-0f7f1d2c3b4a';

/** By the name under which class-validator exports it. */
export const DECORATOR_EXAMPLES: Readonly<Record<string, DecoratorExample>> = {
  Allow: row(cv.Allow(), { any: 1 }, undefined),
  ArrayContains: row(cv.ArrayContains([1]), [1, 2], [2]),
  ArrayMaxSize: row(cv.ArrayMaxSize(2), [1, 2], [1, 2, 3]),
  ArrayMinSize: row(cv.ArrayMinSize(2), [1, 2], [1]),
  ArrayNotContains: row(cv.ArrayNotContains([1]), [2], [1]),
  ArrayNotEmpty: row(cv.ArrayNotEmpty(), [0], []),
  ArrayUnique: row(cv.ArrayUnique(), [1, 2], [1, 1]),
  Contains: row(cv.Contains('b'), 'abc', 'ac'),
  Equals: row(cv.Equals(7), 7, '7'),
  IsAlpha: row(cv.IsAlpha(), 'abc', 'ab1'),
  IsAlphanumeric: row(cv.IsAlphanumeric(), 'ab1', 'a-b'),
  IsArray: row(cv.IsArray(), [], {}),
  IsAscii: row(cv.IsAscii(), 'abc', 'ä'),
  IsBIC: row(cv.IsBIC(), 'DEUTDEFF', 'nope'),
  IsBase32: row(cv.IsBase32(), 'MFRGG===', 'a'),
  IsBase58: row(cv.IsBase58(), '3yQ', '0OIl'),
  IsBase64: row(cv.IsBase64(), 'YWJj', 'YWJ'),
  IsBoolean: row(cv.IsBoolean(), false, 'false'),
  IsBooleanString: row(cv.IsBooleanString(), 'true', 'maybe'),
  IsBtcAddress: row(cv.IsBtcAddress(), '1BoatSLRHtKNngkdXEeobR76b53LETtpyT', '1Boat'),
  IsByteLength: row(cv.IsByteLength(1, 3), 'abc', 'äää'),
  IsCreditCard: row(cv.IsCreditCard(), '4111111111111111', '4111111111111112'),
  IsCurrency: row(cv.IsCurrency(), '$10.50', 'ten'),
  IsDataURI: row(cv.IsDataURI(), 'data:text/plain;base64,YWJj', 'text'),
  IsDate: row(cv.IsDate(), undefined, '2026-11-26'),
  IsDateString: row(cv.IsDateString(), '2026-11-26T10:00:00Z', 'yesterday'),
  IsDecimal: row(cv.IsDecimal(), '1.5', 'x'),
  IsDefined: row(cv.IsDefined(), 0, null),
  IsDivisibleBy: row(cv.IsDivisibleBy(3), 9, 10),
  IsEAN: row(cv.IsEAN(), '4006381333931', '4006381333932'),
  IsEmail: row(cv.IsEmail(), 'ada@example.org', 'ada'),
  IsEmpty: row(cv.IsEmpty(), '', 'a'),
  IsEnum: row(cv.IsEnum({ A: 'a' }), 'a', 'b'),
  IsEthereumAddress: row(cv.IsEthereumAddress(), `0x${'ab'.repeat(20)}`, '0x1'),
  IsFQDN: row(cv.IsFQDN(), 'example.org', 'no domain'),
  IsFirebasePushId: row(cv.IsFirebasePushId(), '-M-Jh_1KAH5rYJF_7kY1', 'id'),
  IsFullWidth: row(cv.IsFullWidth(), 'ｈｅ', 'he'),
  IsHSL: row(cv.IsHSL(), 'hsl(360, 100%, 50%)', 'hsl(x)'),
  IsHalfWidth: row(cv.IsHalfWidth(), 'he', 'ｈｅ'),
  IsHash: row(cv.IsHash('md5'), 'd41d8cd98f00b204e9800998ecf8427e', 'd41d'),
  IsHexColor: row(cv.IsHexColor(), '#ff0000', 'red'),
  IsHexadecimal: row(cv.IsHexadecimal(), 'beef', 'xyz'),
  IsIBAN: row(cv.IsIBAN(), 'DE89370400440532013000', 'DE00'),
  IsIP: row(cv.IsIP(), '127.0.0.1', '300.0.0.1'),
  IsISBN: row(cv.IsISBN(), '9783161484100', '9783161484101'),
  IsISIN: row(cv.IsISIN(), 'US0378331005', 'US0378331004'),
  IsISO31661Alpha2: row(cv.IsISO31661Alpha2(), 'DE', 'XX'),
  IsISO31661Alpha3: row(cv.IsISO31661Alpha3(), 'DEU', 'XXX'),
  IsISO31661Numeric: row(cv.IsISO31661Numeric(), '276', '999'),
  IsISO4217CurrencyCode: row(cv.IsISO4217CurrencyCode(), 'EUR', 'EURO'),
  IsISO6391: row(cv.IsISO6391(), 'de', 'xx'),
  IsISO8601: row(cv.IsISO8601(), '2026-11-26', '26.11.2026'),
  IsISRC: row(cv.IsISRC(), 'USAT29900609', 'US'),
  IsISSN: row(cv.IsISSN(), '0378-5955', '0378-5954'),
  IsIdentityCard: row(cv.IsIdentityCard('ES'), '99999999R', '1'),
  IsIn: row(cv.IsIn(['a', 1]), 1, 2),
  IsInstance: row(cv.IsInstance(Kind), undefined, {}),
  IsInt: row(cv.IsInt(), 1, 1.5),
  IsJSON: row(cv.IsJSON(), '{"a":1}', '{a}'),
  IsJWT: row(cv.IsJWT(), 'eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2ln', 'token'),
  IsLatLong: row(cv.IsLatLong(), '52.5,13.4', '99,999'),
  IsLatitude: row(cv.IsLatitude(), 52.5, 99),
  IsLocale: row(cv.IsLocale(), 'de_DE', '1'),
  IsLongitude: row(cv.IsLongitude(), 13.4, 999),
  IsLowercase: row(cv.IsLowercase(), 'abc', 'Abc'),
  IsMACAddress: row(cv.IsMACAddress(), '01:02:03:04:05:ab', '01:02'),
  IsMagnetURI: row(cv.IsMagnetURI(), `magnet:?xt=urn:btih:${'a'.repeat(40)}&dn=a`, 'magnet:'),
  IsMilitaryTime: row(cv.IsMilitaryTime(), '23:59', '24:00'),
  IsMimeType: row(cv.IsMimeType(), 'text/html', 'text'),
  IsMobilePhone: row(cv.IsMobilePhone('de-DE'), '+4915123456789', '12'),
  IsMongoId: row(cv.IsMongoId(), '507f1f77bcf86cd799439011', '507f'),
  IsMultibyte: row(cv.IsMultibyte(), 'ひら', 'abc'),
  IsNegative: row(cv.IsNegative(), -1, 1),
  IsNotEmpty: row(cv.IsNotEmpty(), 'a', ''),
  IsNotEmptyObject: row(cv.IsNotEmptyObject(), { a: 1 }, {}),
  IsNotIn: row(cv.IsNotIn([1]), 2, 1),
  IsNumber: row(cv.IsNumber(), 1.5, '1'),
  IsNumberString: row(cv.IsNumberString(), '1.5', 'x'),
  IsObject: row(cv.IsObject(), { a: { b: [1] } }, []),
  IsOctal: row(cv.IsOctal(), '0o17', '8'),
  IsOptional: row(cv.IsOptional(), null, undefined),
  IsPassportNumber: row(cv.IsPassportNumber('DE'), 'C01X00T47', '1'),
  IsPhoneNumber: row(cv.IsPhoneNumber('DE'), '+4930123456', '12'),
  IsPort: row(cv.IsPort(), '8080', '99999'),
  IsPositive: row(cv.IsPositive(), 1, -1),
  IsPostalCode: row(cv.IsPostalCode('DE'), '10115', 'x'),
  IsRFC3339: row(cv.IsRFC3339(), '2026-11-26T10:00:00Z', '2026'),
  IsRgbColor: row(cv.IsRgbColor(), 'rgb(1,2,3)', 'rgb'),
  IsSemVer: row(cv.IsSemVer(), '1.2.3', '1.2'),
  IsString: row(cv.IsString(), 'a', 1),
  IsStrongPassword: row(cv.IsStrongPassword(), 'aB3$efgh', 'abc'),
  IsSurrogatePair: row(cv.IsSurrogatePair(), '😀', 'a'),
  IsTaxId: row(cv.IsTaxId('en-US'), '01-1234567', '1'),
  IsTimeZone: row(cv.IsTimeZone(), 'Europe/Berlin', 'Berlin'),
  IsUUID: row(cv.IsUUID('4'), UUID, 'uuid'),
  IsUppercase: row(cv.IsUppercase(), 'ABC', 'Abc'),
  IsUrl: row(cv.IsUrl(), 'https://example.org', 'example'),
  IsVariableWidth: row(cv.IsVariableWidth(), 'aｈ', 'a'),
  Length: row(cv.Length(1, 3), 'abc', 'abcd'),
  Matches: row(cv.Matches(/^a+$/), 'aa', 'b'),
  Max: row(cv.Max(3), 3, 4),
  MaxDate: row(cv.MaxDate(new Date(0)), undefined, '2026-11-26'),
  MaxLength: row(cv.MaxLength(2), 'ab', 'abc'),
  Min: row(cv.Min(3), 3, 2),
  MinDate: row(cv.MinDate(new Date(0)), undefined, '1960-01-01'),
  MinLength: row(cv.MinLength(2), 'ab', 'a'),
  NotContains: row(cv.NotContains('b'), 'ac', 'abc'),
  NotEquals: row(cv.NotEquals(7), 8, 7),
  Validate: library(cv.Validate(Odd), 1, 2),
  ValidateBy: library(cv.ValidateBy({ name: 'short', validator: { validate: (value) => String(value).length < 4 } }), 'abc', 'abcd'),
  ValidateIf: library(
    cv.ValidateIf(() => false),
    'anything',
    undefined,
  ),
  ValidateNested: library(cv.ValidateNested(), [], 1),
  ValidatePromise: library(cv.ValidatePromise(), 1, undefined),
};
