package io.luhproc.engine;

/**
 * A cause why an engine cannot run workers, found before the first start.
 *
 * @param problem what is wrong
 * @param remedy what to do
 * @since 0.1
 */
public record EngineProblem(String problem, String remedy) {

  /** Returns problem and remedy. */
  @Override
  public String toString() {
    return problem + "; " + remedy;
  }
}
