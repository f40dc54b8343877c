package io.luhproc.example;

/** The command line of the example. */
public final class DocSearch {
  private DocSearch() {}

  /** Runs one command. */
  public static void main(String[] args) {
    System.out.println("Nothing to search yet.");
  }
}
