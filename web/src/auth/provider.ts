import { UserManager, WebStorageStateStore, type User } from "oidc-client-ts";
import type { Config } from "../config";
import { routeOf } from "../route";
import type { Session } from "./types";

type Provider = NonNullable<Config["cognito"]>;

/** A user of the identity provider: OpenID Connect's code flow with PKCE, tokens renewed while the tab is open. */
class UserSession implements Session {
  constructor(
    private readonly manager: UserManager,
    private readonly provider: Provider,
    user: User,
  ) {
    this.label = String(user.profile.email ?? user.profile["cognito:username"] ?? user.profile.sub);
  }

  readonly label: string;

  async token(): Promise<string | null> {
    const user = await this.manager.getUser();
    if (user === null || !user.expired) return user?.id_token ?? null;
    const renewed = await this.manager.signinSilent().catch(() => null);
    return renewed?.id_token ?? null;
  }

  forget(): Promise<void> {
    return this.manager.removeUser();
  }

  async signOut(): Promise<void> {
    await this.forget();
    const { logoutUrl, clientId, redirectUri } = this.provider;
    if (logoutUrl === undefined) return;
    // Cognito's own way: it has no end_session_endpoint in its metadata.
    location.assign(`${logoutUrl}?${new URLSearchParams({ client_id: clientId, logout_uri: redirectUri })}`);
  }
}

function managerOf(provider: Provider): UserManager {
  return new UserManager({
    authority: provider.authority,
    client_id: provider.clientId,
    redirect_uri: provider.redirectUri,
    response_type: "code",
    scope: provider.scope,
    automaticSilentRenew: true,
    userStore: new WebStorageStateStore({ store: sessionStorage }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
  });
}

/** Lead to the provider's own page; the browser comes back with a code, and to the report that it was to show. */
export async function signIn(provider: Provider): Promise<void> {
  await managerOf(provider).signinRedirect({ state: location.hash });
}

/** Return who is signed in; exchanges the code with which the browser has just come back. */
export async function restoredUser(provider: Provider): Promise<Session | null> {
  const manager = managerOf(provider);
  const query = new URLSearchParams(location.search);
  if (query.has("state") && (query.has("code") || query.has("error"))) {
    // The code works once: it must not stay in the address, where a reload would send it again.
    const address = location.href;
    history.replaceState(null, "", location.pathname);
    const user = await manager.signinRedirectCallback(address);
    if (typeof user.state === "string" && routeOf(user.state).report) history.replaceState(null, "", user.state);
    return new UserSession(manager, provider, user);
  }
  const user = await manager.getUser();
  return user === null || user.expired ? null : new UserSession(manager, provider, user);
}
