/** What `config.json` beside the page says; tools/deploy/page.py writes it for each stage. */
export interface Config {
  stage: string;
  apiUrl: string;
  cognito: { authority: string; clientId: string; redirectUri: string; scope: string; logoutUrl?: string } | null;
}

export async function loadConfig(): Promise<Config> {
  const answer = await fetch("./config.json", { cache: "no-store" });
  if (!answer.ok) throw new Error(`config.json beside the page answers ${answer.status}. Deploy the page again.`);
  const config = (await answer.json()) as Config;
  return { ...config, apiUrl: config.apiUrl.replace(/\/$/, "") };
}
