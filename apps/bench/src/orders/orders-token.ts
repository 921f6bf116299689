/** How the load of the handlers suite signs in where it has to. */

/** The argument that makes our server ask for a sign-in, limit rates and keep metrics. */
export const PROTECTED = 'protected';

export const ORDERS_TOKEN = 'token-of-ada';
