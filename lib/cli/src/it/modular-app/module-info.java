/** An app on the module path, which sees of the library what its modules export. */
module com.example.modular {
  requires io.luhproc.cli; // and with it io.luhproc.core and info.picocli

  opens com.example.modular to
      info.picocli;
}
