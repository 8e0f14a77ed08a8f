/** What a booking answers when the shop can't do it: told to whoever asked, with status 422. */
export class NotBookable extends Error {}
