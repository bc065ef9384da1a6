package com.example;

import java.util.List;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.test.RecordedSpans;
import io.modelcontextprotocol.client.McpSyncClient;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.MessageChatMemoryAdvisor;
import org.springframework.ai.chat.client.advisor.vectorstore.QuestionAnswerAdvisor;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.memory.MessageWindowChatMemory;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.ai.rag.advisor.RetrievalAugmentationAdvisor;
import org.springframework.ai.rag.preretrieval.query.transformation.RewriteQueryTransformer;
import org.springframework.ai.rag.retrieval.search.VectorStoreDocumentRetriever;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

/**
 * The clients of the application, each with a different advisor.
 */
@Configuration(proxyBeanMethods = false)
class Agents {

	private final ChatModel model;

	private final BraintrustProjects projects;

	Agents(ScriptedModel model, BraintrustProjects projects) {
		this.model = model;
		this.projects = projects;
	}

	@Bean
	@BraintrustProject("support")
	ChatClient memoryChat(ChatClient.Builder builder) {
		ChatMemory memory = MessageWindowChatMemory.builder().build();
		return builder.defaultAdvisors(MessageChatMemoryAdvisor.builder(memory).build()).build();
	}

	@Bean
	@BraintrustProject("support")
	ChatClient questionChat(ChatClient.Builder builder, VectorStore documents) {
		return builder.defaultAdvisors(QuestionAnswerAdvisor.builder(documents).build()).build();
	}

	@Bean
	@BraintrustProject("support")
	ChatClient retrievalChat(ChatClient.Builder builder, ChatClient.Builder other, VectorStore documents) {
		ChatClient.Builder rewriter = this.projects.instrument("support", "rewrite", other);
		return builder
			.defaultAdvisors(RetrievalAugmentationAdvisor.builder()
				.queryTransformers(RewriteQueryTransformer.builder().chatClientBuilder(rewriter).build())
				.documentRetriever(VectorStoreDocumentRetriever.builder().vectorStore(documents).build())
				.build())
			.build();
	}

	@Bean
	VectorStore documents(@BraintrustProject("support") EmbeddingModel embeddings) {
		return SimpleVectorStore.builder(embeddings).build();
	}

	ChatClient toolChat(McpSyncClient orders) {
		ChatClient chat = ChatClient.builder(this.model)
			.defaultToolCallbacks(SyncMcpToolCallbackProvider.builder().mcpClients(List.of(orders)).build())
			.build();
		return this.projects.instrument("support", "toolChat", chat);
	}

	@Configuration(proxyBeanMethods = false)
	static class Models {

		@Bean
		ScriptedModel model() {
			return new ScriptedModel();
		}

		@Bean
		@Scope("prototype")
		ChatClient.Builder builder(ScriptedModel model) {
			return ChatClient.builder(model);
		}

		@Bean
		@BraintrustProject("support")
		EmbeddingModel supportEmbeddings() {
			return new ScriptedModel.Embeddings();
		}

		@Bean
		RecordedSpans spans() {
			return new RecordedSpans();
		}

	}

}
