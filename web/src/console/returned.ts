// What single sign-on led the browser back with: read as the program starts, because the router moves on at once.
export const returned = new URLSearchParams(location.search).get('sso') ?? '';
