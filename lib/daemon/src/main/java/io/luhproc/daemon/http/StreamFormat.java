package io.luhproc.daemon.http;

import java.util.List;

/** The media type of an {@link EventStream}. */
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

  /**
   * Returns the format that a client prefers; text if it names none of them.
   *
   * @param accepted the media types that it accepts, preferred ones first
   */
  static StreamFormat of(List<String> accepted) {
    for (String type : accepted) {
      for (StreamFormat format : values()) {
        if (mediaType(format.contentType).equals(mediaType(type))) {
          return format;
        }
      }
    }
    return TEXT;
  }

  private static String mediaType(String contentType) {
    int end = contentType.indexOf(';');
    return (end < 0 ? contentType : contentType.substring(0, end)).strip();
  }

  String contentType() {
    return contentType;
  }
}
