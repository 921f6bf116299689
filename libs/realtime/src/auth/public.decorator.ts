/** Marks methods that need no sign-in. */
import { SetMetadata } from '@nestjs/common';

export const PUBLIC_METADATA = 'nestjs-realtime:public';

/** On a method or a class: the {@link AuthenticatedGuard} lets everybody pass. */
export const Public = (): ClassDecorator & MethodDecorator => SetMetadata(PUBLIC_METADATA, true);
