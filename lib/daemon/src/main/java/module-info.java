/** The supervisor as a program: configuration files. */
module io.luhproc.daemon {
  requires transitive io.luhproc.core;
  requires static transitive org.jspecify;
  requires org.snakeyaml.engine;
  requires org.tomlj;

  exports io.luhproc.daemon.config;
}
