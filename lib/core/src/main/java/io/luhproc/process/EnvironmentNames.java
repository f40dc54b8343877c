package io.luhproc.process;

/**
 * The names of the environment variables that luhproc sets in every process that it launches.
 *
 * @since 0.1
 */
public final class EnvironmentNames {
  /** The id of a worker, or the name of a process of a service. */
  public static final String ID = "LUHPROC_ID";

  /**
   * The absolute path of the process directory. Descendants inherit it, so it also marks the
   * members of a process tree.
   */
  public static final String DIRECTORY = "LUHPROC_DIR";

  /** The random token of this launch, as recorded in the process directory. */
  public static final String LAUNCH = "LUHPROC_LAUNCH";

  private EnvironmentNames() {}
}
