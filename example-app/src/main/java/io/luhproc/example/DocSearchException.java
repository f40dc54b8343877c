package io.luhproc.example;

import org.jspecify.annotations.Nullable;

/** Something that docsearch was asked to do did not work; the message says what to do. */
final class DocSearchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DocSearchException(String message) {
    super(message);
  }

  DocSearchException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
