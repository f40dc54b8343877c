/** Background workers that relaunch the application, and a supervisor for services. */
@SuppressWarnings("module") // The module io.luhproc.cli is built later.
module io.luhproc.core {
  requires static transitive org.jspecify;
  requires org.apache.commons.codec;
  requires org.jnrproject.constants;
  requires org.jnrproject.ffi;
  requires org.jnrproject.posix;
  // Needed by jnr-ffi, which is an automatic module and cannot declare it.
  requires org.objectweb.asm;
  requires org.slf4j;
  requires jdk.unsupported;
  requires static java.management;

  // jnr-ffi generates implementations of its interfaces in an unnamed module.
  opens io.luhproc.posix;

  exports io.luhproc;
  exports io.luhproc.directory to
      io.luhproc.daemon,
      io.luhproc.kubernetes,
      io.luhproc.slurm;
  exports io.luhproc.engine;
  exports io.luhproc.envfile to
      io.luhproc.daemon;
  exports io.luhproc.health;
  exports io.luhproc.limits;
  exports io.luhproc.log;
  exports io.luhproc.notify to
      io.luhproc.cli,
      io.luhproc.daemon;
  exports io.luhproc.process;
  exports io.luhproc.queue;
  exports io.luhproc.relaunch to
      io.luhproc.cli;
  exports io.luhproc.service;
  exports io.luhproc.supervisor;
  exports io.luhproc.time to
      io.luhproc.cli,
      io.luhproc.daemon,
      io.luhproc.kubernetes;
  exports io.luhproc.worker;

  uses io.luhproc.engine.WorkerEngineProvider;

  provides io.luhproc.engine.WorkerEngineProvider with
      io.luhproc.worker.LocalEngineProvider;
}
