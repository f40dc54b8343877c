package io.luhproc.cli;

import io.luhproc.LuhprocException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Thrown if the command line names a worker that does not exist; names the most similar one. */
final class MissingWorkerException extends LuhprocException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_NAMED = 5;
  // The distance is computed in time proportional to the product of the lengths.
  private static final int MAX_COMPARED_LENGTH = 200;

  private MissingWorkerException(String message) {
    super(message);
  }

  /**
   * Returns a new exception.
   *
   * @param known the IDs of the workers of the same task
   */
  static MissingWorkerException of(WorkerRef worker, List<String> known) {
    String similar = findSimilar(worker.id(), known);
    String remedy;
    if (similar != null) {
      remedy = "did you mean " + new WorkerRef(worker.task(), similar) + "?";
    } else if (known.isEmpty()) {
      remedy = worker.task() + " has no workers";
    } else {
      List<String> named = new ArrayList<>();
      for (String id : known.subList(0, Math.min(MAX_NAMED, known.size()))) {
        named.add(new WorkerRef(worker.task(), id).toString());
      }
      remedy = "there is " + String.join(", ", named) + (known.size() > MAX_NAMED ? ", ..." : "");
    }
    return new MissingWorkerException(
        "cannot find " + worker + ": it was never started or was removed; " + remedy);
  }

  /** Returns the most similar ID; null if none is similar. */
  static @Nullable String findSimilar(String id, List<String> known) {
    String best = null;
    int bestDistance = Math.max(2, id.length() / 2) + 1;
    for (String candidate : known) {
      int distance = distance(id, candidate);
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best;
  }

  private static int distance(String id, String candidate) {
    // An ID is often a folder, and a user types its last name only.
    if (candidate.equalsIgnoreCase(id) || candidate.endsWith("/" + id)) {
      return 0;
    }
    boolean isLong = Math.max(id.length(), candidate.length()) > MAX_COMPARED_LENGTH;
    return isLong
        ? Integer.MAX_VALUE
        : editDistance(id.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
  }

  /** Returns the Levenshtein distance. */
  private static int editDistance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int substituted = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[right.length()];
  }
}
