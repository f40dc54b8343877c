package io.luhproc.kubernetes.access;

/** A source of credentials, which may expire. Thread-safe. */
public interface Credentials {

  /**
   * Returns a credential that is valid now.
   *
   * @throws AccessException if there is none
   */
  Credential current();

  /** Forgets a credential that the API server refused, so that the next one is another. */
  default void refused(Credential credential) {}
}
