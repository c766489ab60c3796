import type {
  Delivery,
  Me,
  ProblemDocument,
  Report,
  ReportOptions,
  ReportPage,
  RetryCounts,
  RetryFilter,
  Template,
  TemplateSummary,
  TimelineEvent,
  UploadForm,
} from "./types";

/** A refusal by the API, or a missing answer, in words for a person. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly errors: { pointer: string; message: string }[] = [],
    readonly correlationId?: string,
  ) {
    super(message);
  }

  /** Tell whether the same request would be refused again. */
  get isFinal(): boolean {
    return this.status >= 400 && this.status < 500 && ![408, 429].includes(this.status);
  }

  static async of(answer: Response): Promise<Problem> {
    try {
      const body = (await answer.json()) as ProblemDocument;
      const detail = body.detail ?? `The API answers ${answer.status}.`;
      return new Problem(answer.status, body.code ?? "unknown", detail, body.errors, body.correlation_id);
    } catch {
      // A proxy in between, or API Gateway itself, may answer with something else.
      return new Problem(answer.status, "unknown", `The API answers ${answer.status} ${answer.statusText}.`);
    }
  }
}

export interface ListQuery {
  status?: string;
  template?: string;
  source?: string;
  limit?: number;
  cursor?: string;
}

export type TokenSource = () => Promise<string | null>;

// API Gateway gives up after 29 seconds. Without a limit, a connection that has died unnoticed would stop a poller.
const PATIENCE_MS = 35_000;

/** Talk to the API on behalf of whoever has signed in. */
export class Api {
  constructor(
    private readonly baseUrl: string,
    private readonly token: TokenSource,
    private readonly onRefused: (problem: Problem) => void = () => {},
  ) {}

  me(): Promise<Me> {
    return this.call("GET", "/me");
  }

  async templates(): Promise<TemplateSummary[]> {
    const { templates } = await this.call<{ templates: TemplateSummary[] }>("GET", "/templates");
    return templates.filter((template) => !template.own || template.version !== undefined);
  }

  template(name: string): Promise<Template> {
    return this.call("GET", `/templates/${encodeURIComponent(name)}`);
  }

  reports(query: ListQuery, signal?: AbortSignal): Promise<ReportPage> {
    const wanted = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
    const text = new URLSearchParams(wanted.map(([name, value]) => [name, String(value)])).toString();
    return this.call("GET", `/reports${text && `?${text}`}`, undefined, {}, signal);
  }

  report(id: string, signal?: AbortSignal): Promise<Report> {
    return this.call("GET", `/reports/${id}`, undefined, {}, signal);
  }

  async events(id: string, signal?: AbortSignal): Promise<TimelineEvent[]> {
    return (await this.call<{ events: TimelineEvent[] }>("GET", `/reports/${id}/events`, undefined, {}, signal)).events;
  }

  receipt(id: string): Promise<unknown> {
    return this.call("GET", `/reports/${id}/receipt`);
  }

  async deliveries(id: string, signal?: AbortSignal): Promise<Delivery[]> {
    return (await this.call<{ deliveries: Delivery[] }>("GET", `/reports/${id}/deliveries`, undefined, {}, signal)).deliveries;
  }

  replay(id: string, number: number): Promise<Delivery> {
    return this.call("POST", `/reports/${id}/deliveries/${number}/replay`);
  }

  /** Ask for a report. The same key asks for the same report, however often the request has to be sent. */
  submit(template: string, data: unknown, options: ReportOptions, idempotencyKey: string): Promise<{ id: string }> {
    return this.call("POST", "/reports", { template, data, options }, { "Idempotency-Key": idempotencyKey });
  }

  uploadForm(template: string, filename: string, options: ReportOptions): Promise<UploadForm> {
    return this.call("POST", "/uploads", { template, filename, options });
  }

  cancel(id: string): Promise<Report> {
    return this.call("DELETE", `/reports/${id}`);
  }

  retry(id: string): Promise<{ id: string }> {
    return this.call("POST", `/reports/${id}/retry`);
  }

  retryMany(filter: RetryFilter, limit: number, dryRun: boolean): Promise<RetryCounts> {
    return this.call("POST", "/reports/retry", { filter, limit, dry_run: dryRun });
  }

  private async call<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<T> {
    const token = await this.token();
    const patience = AbortSignal.timeout(PATIENCE_MS);
    let answer: Response;
    try {
      answer = await fetch(this.baseUrl + path, {
        method,
        headers: {
          ...headers,
          ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: signal ? AbortSignal.any([signal, patience]) : patience,
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Problem(0, "unreachable", "The API cannot be reached. Check your network, then try again.");
    }
    if (answer.ok) return (await answer.json()) as T;
    const problem = await Problem.of(answer);
    if (problem.status === 401) this.onRefused(problem);
    throw problem;
  }
}
