/** Commands for workers, which any picocli app can add. */
module io.luhproc.cli {
  requires transitive info.picocli;
  requires transitive io.luhproc.core;
  requires static transitive org.jspecify;
  requires tools.jackson.core;

  exports io.luhproc.cli;
}
