package io.luhproc.bench;

import java.io.File;

/** A program that starts the command in its arguments by ProcessBuilder, again at each exit. */
final class RespawnMain {
  private RespawnMain() {}

  /** Runs until it is killed. */
  public static void main(String[] args) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(args)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    while (true) {
      int ignored = builder.start().waitFor();
    }
  }
}
