/** The identity that has signed in: the holder of an API key, or a user of the identity provider. */
export interface Session {
  /** Name the identity, as the page's head shows it. */
  readonly label: string;
  token(): Promise<string | null>;
  /** Keep nothing of it in this tab. */
  forget(): Promise<void>;
  /** Forget it, and end it where it was begun, so that coming back takes a password. */
  signOut(): Promise<void>;
}
