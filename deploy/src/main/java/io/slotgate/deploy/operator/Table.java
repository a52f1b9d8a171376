package io.slotgate.deploy.operator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows in columns, {@value Text#WIDTH} characters wide at most: the longest columns are shortened until it fits. */
final class Table {
    private static final int GAP = 2;
    private static final int LEAST = 6;

    private final String indent;
    private final boolean[] right;
    private final List<String[]> rows = new ArrayList<>();

    /** @param heads of the columns; one that begins with {@code >} stands on the right, as numbers do */
    Table(String... heads) {
        this("", heads);
    }

    private Table(String indent, String... heads) {
        this.indent = indent;
        this.right = new boolean[heads.length];
        String[] row = heads.clone();
        for (int i = 0; i < row.length; i++) {
            right[i] = row[i].startsWith(">");
            row[i] = right[i] ? row[i].substring(1) : row[i];
        }
        rows.add(row);
    }

    static Table indented(String... heads) {
        return new Table("  ", heads);
    }

    /** @param cells as many as there are columns */
    void row(Object... cells) {
        rows.add(Arrays.stream(cells).map(String::valueOf).toArray(String[]::new));
    }

    boolean isEmpty() {
        return rows.size() == 1;
    }

    /** The rows under their heads; just what there is none of, if there is none. */
    List<String> lines(String none) {
        return isEmpty() ? List.of(none) : lines();
    }

    List<String> lines() {
        int[] widths = widths();
        List<String> lines = new ArrayList<>();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder(indent);
            for (int i = 0; i < row.length; i++) {
                String cell = Text.shorten(row[i], widths[i]);
                String space = " ".repeat(widths[i] - cell.length());
                line.append(i == 0 ? "" : " ".repeat(GAP)).append(right[i] ? space + cell : cell + space);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private int[] widths() {
        int[] widths = new int[right.length];
        for (String[] row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        int room = Text.WIDTH - indent.length() - GAP * (widths.length - 1);
        while (Arrays.stream(widths).sum() > room) {
            int longest = 0;
            for (int i = 1; i < widths.length; i++) {
                longest = widths[i] > widths[longest] ? i : longest;
            }
            if (widths[longest] <= LEAST) {
                break;
            }
            widths[longest]--;
        }
        return widths;
    }
}
