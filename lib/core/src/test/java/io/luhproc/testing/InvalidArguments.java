package io.luhproc.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asserts that an argument is rejected. */
public final class InvalidArguments {
  private InvalidArguments() {}

  /** Asserts that a call throws an IllegalArgumentException whose message contains a text. */
  public static void assertInvalid(String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
