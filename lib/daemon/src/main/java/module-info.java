/** The supervisor as a program: configuration files, HTTP, a page, metrics and log shipping. */
module io.luhproc.daemon {
  requires transitive io.luhproc.core;
  requires static transitive org.jspecify;
  requires io.prometheus.metrics.model;
  requires io.prometheus.writer.text;
  requires java.net.http;
  requires org.eclipse.jetty.server;
  requires org.eclipse.jetty.unixdomain.server;
  requires org.slf4j;
  requires org.snakeyaml.engine;
  requires org.tomlj;
  requires jdk.unsupported;
  requires tools.jackson.core;

  exports io.luhproc.daemon;
  exports io.luhproc.daemon.config;
  exports io.luhproc.daemon.ship;
}
