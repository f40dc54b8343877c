package io.luhproc.engine;

/**
 * Opens engines of one kind; found by {@link java.util.ServiceLoader}.
 *
 * @since 0.1
 */
public interface WorkerEngineProvider {

  /** Returns the scheme, such as {@code k8s} of {@code k8s:batch}. */
  String scheme();

  /**
   * Opens an engine. Reads configuration, but does not connect.
   *
   * @throws EngineRefusedException if the target or the configuration is invalid
   */
  WorkerEngine open(EngineSettings settings);
}
