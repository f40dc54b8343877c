package io.luhproc.process;

/** The environment variables by which a launched process knows what it is. */
public final class EnvironmentNames {
  /** The id of a worker, or the name of a process of a service. */
  public static final String ID = "LUHPROC_ID";

  /** The process directory; also the cookie by which everything that it starts is found. */
  public static final String DIRECTORY = "LUHPROC_DIR";

  /** Which launch of the directory this is: the token that its description names. */
  public static final String LAUNCH = "LUHPROC_LAUNCH";

  private EnvironmentNames() {}
}
