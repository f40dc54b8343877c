package io.luhproc.example;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Matches;
import org.apache.lucene.search.MatchesIterator;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;

/** The index of one folder as it was last committed, open for reading beside whoever writes it. */
final class FolderSearch implements Closeable {
  /** So many words are looked at in one file to find its best line. */
  private static final int MOST_MATCHES = 10_000;

  private final Path folder;
  private final FSDirectory files;
  private final DirectoryReader reader;

  private FolderSearch(Path folder, FSDirectory files, DirectoryReader reader) {
    this.folder = folder;
    this.files = files;
    this.reader = reader;
  }

  /**
   * Opens the index.
   *
   * @throws DocSearchException when nothing is committed yet
   */
  static FolderSearch open(IndexPlace place) throws IOException {
    FSDirectory files = FSDirectory.open(place.index());
    try {
      return new FolderSearch(place.folder(), files, DirectoryReader.open(files));
    } catch (IndexNotFoundException e) {
      files.close();
      throw new DocSearchException(
          "nothing of " + place.folder() + " is indexed yet; see " + Invocation.with("status"), e);
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** Returns the files that fit best, in a directory or in the whole folder, the best first. */
  List<Hit> find(Query query, Optional<Path> within, int most) throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    Query rewritten = searcher.rewrite(within.isEmpty() ? query : restrict(query, within.get()));
    Weight weight = searcher.createWeight(rewritten, ScoreMode.COMPLETE, 1);
    List<Hit> hits = new ArrayList<>();
    for (ScoreDoc found : searcher.search(rewritten, most).scoreDocs) {
      int leaf = ReaderUtil.subIndex(found.doc, reader.leaves());
      hits.add(hit(found, reader.leaves().get(leaf), weight));
    }
    return hits;
  }

  private Query restrict(Query query, Path directory) {
    Term inside = new Term(Fields.PATH, folder.relativize(directory) + "/");
    return new BooleanQuery.Builder()
        .add(query, Occur.MUST)
        .add(new PrefixQuery(inside), Occur.FILTER)
        .build();
  }

  private Hit hit(ScoreDoc found, LeafReaderContext leaf, Weight weight) throws IOException {
    int doc = found.doc - leaf.docBase;
    BinaryDocValues paths = DocValues.getBinary(leaf.reader(), Fields.PATH);
    paths.advanceExact(doc);
    String file = folder + "/" + paths.binaryValue().utf8ToString();
    Document stored = reader.storedFields().document(found.doc, Set.of(Fields.TEXT));
    List<Range> marks = marks(weight.matches(leaf, doc));
    return new Hit(file, found.score, Snippet.best(stored.get(Fields.TEXT), marks));
  }

  private static List<Range> marks(@Nullable Matches matches) throws IOException {
    List<Range> marks = new ArrayList<>();
    MatchesIterator match = matches == null ? null : matches.getMatches(Fields.TEXT);
    while (match != null && match.next() && marks.size() < MOST_MATCHES) {
      MatchesIterator words = match.getSubMatches();
      if (words == null) {
        marks.add(new Range(match.startOffset(), match.endOffset()));
      }
      while (words != null && words.next()) {
        marks.add(new Range(words.startOffset(), words.endOffset()));
      }
    }
    return marks;
  }

  @Override
  public void close() throws IOException {
    try (files;
        reader) {
      // Both are closed, the reader first.
    }
  }
}
