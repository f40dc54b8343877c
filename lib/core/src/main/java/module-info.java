/** Background workers of a Java app: launch, identity, logs and stop of processes. */
@SuppressWarnings("module") // The command line is built after this module.
module io.luhproc.core {
  requires static transitive org.jspecify;
  requires org.apache.commons.codec;
  requires org.jnrproject.constants;
  requires org.jnrproject.ffi;
  requires org.jnrproject.posix;
  // A named module that jnr-ffi needs and, being an automatic module, cannot name.
  requires org.objectweb.asm;
  requires org.slf4j;
  requires jdk.unsupported;
  requires static java.management;

  // jnr-ffi implements interfaces of it in a module that has no name.
  opens io.luhproc.posix;

  exports io.luhproc;
  exports io.luhproc.health;
  exports io.luhproc.limits;
  exports io.luhproc.log;
  exports io.luhproc.process;
  exports io.luhproc.service;
  exports io.luhproc.supervisor;
  exports io.luhproc.time to
      io.luhproc.cli;
  exports io.luhproc.worker;
}
