package io.luhproc.daemon.http;

/** The format of an {@link EventStream}. */
enum StreamFormat {
  TEXT("text/plain; charset=utf-8"),
  /** One JSON object in each line. */
  NDJSON("application/x-ndjson"),
  /** Server-sent events, see the WHATWG HTML Standard, section 9.2. */
  EVENTS("text/event-stream");

  private final String contentType;

  StreamFormat(String contentType) {
    this.contentType = contentType;
  }

  String contentType() {
    return contentType;
  }
}
