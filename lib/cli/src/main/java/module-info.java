/**
 * Commands for workers, which any picocli app can add, and the program {@code luhproc}, which alone
 * needs the daemon.
 */
module io.luhproc.cli {
  requires transitive info.picocli;
  requires transitive io.luhproc.core;
  requires static io.luhproc.daemon;
  requires static io.luhproc.kubernetes;
  requires static transitive org.jspecify;
  requires org.slf4j;
  requires static org.jline;
  requires static org.tomlj;
  requires tools.jackson.core;

  exports io.luhproc.cli;
}
