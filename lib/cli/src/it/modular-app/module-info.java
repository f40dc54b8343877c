/** A modular app. It uses only what the modules of the library export. */
module com.example.modular {
  requires io.luhproc.cli; // and with it io.luhproc.core and info.picocli

  opens com.example.modular to
      info.picocli;
}
