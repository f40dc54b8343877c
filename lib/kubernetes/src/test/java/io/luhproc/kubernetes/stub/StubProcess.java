package io.luhproc.kubernetes.stub;

import java.time.Instant;

/** What the process in a Pod does by itself. */
public interface StubProcess {
  /** A process that does nothing. */
  StubProcess IDLE = pod -> {};

  /** Called when the Pod exists, with the lock of the cluster. */
  void onCreated(StubPod pod);

  /** Called when the process is asked to stop, with the lock of the cluster. */
  default void onStop(StubPod pod) {
    pod.exit(143);
  }

  /** Returns the stamp of a line; each has another. */
  static Instant stamp(int line) {
    return Instant.parse("2026-11-20T13:39:05.000000001Z").plusNanos(line);
  }
}
