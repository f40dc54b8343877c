package io.luhproc.service;

/** Whom of a service's processes a restart concerns when one of them died; as in Erlang/OTP. */
public enum RestartStrategy {
  /** The one that died; the default. */
  ONE_FOR_ONE,
  /** All: the others are stopped, and then all are started again. */
  ONE_FOR_ALL,
  /** The one that died and those that stand after it in the service. */
  REST_FOR_ONE
}
