/** The worker engine for Kubernetes. */
module io.luhproc.kubernetes {
  requires transitive io.luhproc.core;
  requires static transitive org.jspecify;
  requires java.net.http;
  requires org.apache.commons.codec;
  requires org.slf4j;
  requires org.snakeyaml.engine;
  requires tools.jackson.core;

  provides io.luhproc.engine.WorkerEngineProvider with
      io.luhproc.kubernetes.KubernetesEngineProvider;

  exports io.luhproc.kubernetes;
}
