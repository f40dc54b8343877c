package io.luhproc.example;

/** How data is printed; the names are what is written on the command line. */
enum Format {
  /** For people. */
  table,
  /** One JSON object in each line. */
  json
}
