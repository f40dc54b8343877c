package io.luhproc.daemon.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that a misspelt one probably means. */
final class NearestName {
  private NearestName() {}

  /** Returns the nearest of some names; empty if none is near. */
  private static Optional<String> find(String misspelt, Collection<String> names) {
    String lower = misspelt.toLowerCase(Locale.ROOT).replace('-', '_');
    // Two swapped letters are a distance of 2.
    int best = 1 + Math.max(misspelt.length() > 3 ? 2 : 1, misspelt.length() / 3);
    Optional<String> nearest = Optional.empty();
    for (String name : names) {
      int distance = distance(lower, name.toLowerCase(Locale.ROOT).replace('-', '_'));
      if (distance < best) {
        best = distance;
        nearest = Optional.of(name);
      }
    }
    return nearest;
  }

  /** Returns the question that proposes the nearest name; empty if none is near. */
  static Optional<String> question(String misspelt, Collection<String> names) {
    return find(misspelt, names).map(nearest -> "; did you mean " + nearest + "?");
  }

  /** Returns the Levenshtein distance of two words. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int substituted = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
