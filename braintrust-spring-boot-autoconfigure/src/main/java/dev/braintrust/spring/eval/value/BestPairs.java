package dev.braintrust.spring.eval.value;

import java.util.Arrays;

import org.springframework.util.Assert;

/**
 * Pairs the items of two lists so that the sum of the similarities is the largest. Each
 * item is in at most one pair (the assignment problem, solved with the algorithm of Kuhn
 * and Munkres by shortest augmenting paths).
 */
public final class BestPairs {

	private BestPairs() {
	}

	// Return the sum of the similarities of the best pairs.
	public static double sum(double[][] similar) {
		return (similar.length <= similar[0].length) ? best(similar) : best(transposed(similar));
	}

	private static double[][] transposed(double[][] table) {
		double[][] transposed = new double[table[0].length][table.length];
		for (int i = 0; i < table.length; i++) {
			for (int j = 0; j < table[0].length; j++) {
				transposed[j][i] = table[i][j];
			}
		}
		return transposed;
	}

	// There are at least as many columns as rows. Both count from 1; 0 means unassigned.
	private static double best(double[][] similar) {
		int columns = similar[0].length;
		double[] ofRow = new double[similar.length + 1];
		double[] ofColumn = new double[columns + 1];
		int[] rowOf = new int[columns + 1];
		for (int row = 1; row <= similar.length; row++) {
			Assert.state(!Thread.currentThread().isInterrupted(), "The comparison was interrupted");
			augment(similar, row, ofRow, ofColumn, rowOf);
		}
		double sum = 0;
		for (int column = 1; column <= columns; column++) {
			sum += (rowOf[column] != 0) ? similar[rowOf[column] - 1][column - 1] : 0;
		}
		return sum;
	}

	// Assign a column to a row, and reassign columns of other rows if that increases
	// the sum.
	private static void augment(double[][] similar, int row, double[] ofRow, double[] ofColumn, int[] rowOf) {
		int columns = rowOf.length - 1;
		double[] slack = new double[columns + 1];
		Arrays.fill(slack, Double.POSITIVE_INFINITY);
		int[] before = new int[columns + 1];
		boolean[] visited = new boolean[columns + 1];
		int column = 0;
		rowOf[0] = row;
		do {
			visited[column] = true;
			int from = rowOf[column];
			int next = 0;
			for (int j = 1; j <= columns; j++) {
				double cost = -similar[from - 1][j - 1] - ofRow[from] - ofColumn[j];
				if (!visited[j] && cost < slack[j]) {
					slack[j] = cost;
					before[j] = column;
				}
				if (!visited[j] && (next == 0 || slack[j] < slack[next])) {
					next = j;
				}
			}
			double step = slack[next];
			for (int j = 0; j <= columns; j++) {
				if (visited[j]) {
					ofRow[rowOf[j]] += step;
					ofColumn[j] -= step;
				}
				else {
					slack[j] -= step;
				}
			}
			column = next;
		}
		while (rowOf[column] != 0);
		for (; column != 0; column = before[column]) {
			rowOf[column] = rowOf[before[column]];
		}
	}

}
