package io.luhproc.example;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.lucene.search.Query;
import org.jspecify.annotations.Nullable;

/**
 * Where a search looks.
 *
 * @param places the indexes it looks in
 * @param within the directory in the folder of the only one of them, where it is not all of it
 */
record SearchScope(List<IndexPlace> places, Optional<Path> within) {

  /** Copies the list. */
  SearchScope {
    places = List.copyOf(places);
  }

  /**
   * Returns where to look: in the folder named, else in the indexed folder that the working
   * directory is in, else in all.
   *
   * @throws DocSearchException when nothing is indexed there
   */
  static SearchScope of(IndexHome home, @Nullable Path named) throws IOException {
    Path wanted = Folders.realIfThere(named == null ? Path.of("") : named);
    Optional<IndexPlace> covering = home.covering(wanted);
    if (covering.isPresent()) {
      boolean all = named == null || wanted.equals(covering.get().folder());
      return new SearchScope(List.of(covering.get()), all ? Optional.empty() : Optional.of(wanted));
    }
    List<IndexPlace> places = named == null ? home.places() : List.of();
    if (places.isEmpty()) {
      String what = named == null ? "nothing is" : Folders.visible(named + " is not");
      String folder = named == null ? "FOLDER" : wanted.toString();
      throw new DocSearchException(
          what + " indexed yet; do it with: " + Invocation.with("index", folder));
    }
    return new SearchScope(places, Optional.empty());
  }

  /**
   * Searches in all of them; one that cannot be searched does not keep the others from it.
   *
   * @throws DocSearchException when none of them can be searched
   */
  List<Hit> find(Query query, int most, Consumer<String> problems) throws IOException {
    List<Hit> hits = new ArrayList<>();
    for (IndexPlace place : places) {
      try (FolderSearch search = FolderSearch.open(place)) {
        hits.addAll(search.find(query, within, most));
      } catch (DocSearchException | IOException e) {
        if (places.size() == 1) {
          throw e;
        }
        problems.accept(Folders.visible(String.valueOf(e.getMessage())));
      }
    }
    hits.sort(Comparator.comparingDouble(Hit::score).reversed());
    return hits.subList(0, Math.min(most, hits.size()));
  }

  @Override
  public String toString() {
    return within
        .map(Path::toString)
        .orElseGet(
            () ->
                places.stream()
                    .map(place -> place.folder().toString())
                    .collect(Collectors.joining(", ")));
  }
}
