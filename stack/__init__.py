"""Runs the shop natively: a private PostgreSQL and RabbitMQ in a folder of the project, and the processes of the Procfile.

`make up` and the tests both use `Shop`; tests of one service use `Servers`. Containers are docker-compose.yml's subject.
"""
