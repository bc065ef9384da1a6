package dev.braintrust.spring.autoconfigure.properties;

import java.util.ArrayList;
import java.util.List;

import org.springframework.util.unit.DataSize;

/**
 * The properties under {@code braintrust.evals.remote}.
 */
public class RemoteEvalProperties {

	/**
	 * Whether Braintrust's playground may run the evaluations of the application.
	 */
	private boolean enabled = false;

	/**
	 * Path of the endpoint in the application. Each project has its own address below it.
	 */
	private String path = "/braintrust/evals";

	/**
	 * Further origins whose pages may call the endpoint, such as
	 * 'https://braintrust.example.com'. Those of Braintrust and of 'braintrust.app-url'
	 * always may.
	 */
	private List<String> allowedOrigins = new ArrayList<>();

	/**
	 * Maximum number of runs at the same time.
	 */
	private int maxConcurrentRuns = 2;

	/**
	 * Maximum number of rows of a run.
	 */
	private int maxRows = 10000;

	/**
	 * Maximum size of the body of a request.
	 */
	private DataSize maxRequestSize = DataSize.ofMegabytes(10);

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public String getPath() {
		return this.path;
	}

	public void setPath(String path) {
		this.path = path;
	}

	public List<String> getAllowedOrigins() {
		return this.allowedOrigins;
	}

	public void setAllowedOrigins(List<String> allowedOrigins) {
		this.allowedOrigins = allowedOrigins;
	}

	public int getMaxConcurrentRuns() {
		return this.maxConcurrentRuns;
	}

	public void setMaxConcurrentRuns(int maxConcurrentRuns) {
		this.maxConcurrentRuns = maxConcurrentRuns;
	}

	public int getMaxRows() {
		return this.maxRows;
	}

	public void setMaxRows(int maxRows) {
		this.maxRows = maxRows;
	}

	public DataSize getMaxRequestSize() {
		return this.maxRequestSize;
	}

	public void setMaxRequestSize(DataSize maxRequestSize) {
		this.maxRequestSize = maxRequestSize;
	}

}
