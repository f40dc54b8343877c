/** The worker commands of the command line, to be added to any picocli app. */
module io.luhproc.cli {
  requires transitive info.picocli;
  requires transitive io.luhproc.core;
  requires static transitive org.jspecify;
  requires tools.jackson.core;

  exports io.luhproc.cli;
}
