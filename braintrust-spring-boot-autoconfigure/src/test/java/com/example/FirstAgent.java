package com.example;

import dev.braintrust.spring.BraintrustProject;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
public class FirstAgent {

	public static void main(String[] args) {
		SpringApplication.run(FirstAgent.class, args);
	}

	@Bean
	@BraintrustProject("support")
	ChatClient supportChat(ChatClient.Builder builder) {
		return builder.defaultSystem("You are a kind support agent.").build();
	}

	@Bean
	CommandLineRunner ask(@BraintrustProject("support") ChatClient chat) {
		return (args) -> System.out.println(chat.prompt("Where is my order?").call().content());
	}

}
