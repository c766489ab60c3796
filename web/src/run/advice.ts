import type { Failure } from "../api/types";

const ADVICE: Record<string, string> = {
  malformed_message: "Send the data as JSON.",
  unknown_template: "Choose one of the templates on this page.",
  misplaced_upload: "Drop the file onto this page: it then goes where it belongs.",
  unsupported_file: "Save it as CSV, Excel (.xlsx), JSON, JSON Lines, JPEG, PNG or WebP, and drop it again.",
  unreadable_file: "Mend the place that is named, or export the file again, and drop it once more.",
  wrong_kind_of_data: "Choose another template, or another file.",
  invalid_data: "Correct the places below, and send the data again.",
  too_large: "Split the data into several reports.",
  address_not_allowed: "Ask for it without this address, or have whoever runs Pressrun allow it.",
  template_broken: "The template has to be mended. Retry the report afterwards.",
  template_out_of_order: "The template has to be mended and deployed. Retry the report afterwards.",
  resource_blocked: "Give the picture as part of the data. A document cannot load anything.",
  render_timeout: "Ask for several reports, each of a part.",
  render_memory: "Ask for several reports, each of a part, or use smaller pictures.",
  too_many_pages: "Ask for several reports, each of a part.",
  too_much_work: "Leave out what is unusual in the data, such as very complex pictures, and send them again.",
  quota_exceeded: "Wait for the next day, then retry it. Whoever runs Pressrun can allow more.",
  render_interrupted: "Retry it.",
  input_unavailable: "The input is not there any more. Upload the file again.",
  service_unavailable: "A service was not there for a while. Retry it.",
  worker_lost: "Retry it. If it fails again, its data may need too much memory.",
  deadline_exceeded: "There was too much to do. Retry it.",
  internal_error: "Retry it. If it fails again, tell whoever runs Pressrun, with the report's id.",
};

/** Say what somebody can do about a report that has failed. */
export function adviceFor(failure: Failure): string {
  return ADVICE[failure.code] ?? (failure.retryable ? "Retry it." : "Correct the data, and send them again.");
}

/** Return the places that a failure names, if it names any. */
export function violationsOf(failure: Failure): { pointer: string; message: string }[] {
  const named = failure.detail.violations;
  return Array.isArray(named) ? (named as { pointer: string; message: string }[]) : [];
}
