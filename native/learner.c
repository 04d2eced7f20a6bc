static double learner_update(uint8_t *memory, uint32_t record, int32_t count) { (void)memory, (void)record, (void)count; return 0; }
static double network_forward(uint8_t *memory, uint32_t record, int32_t count) { (void)memory, (void)record, (void)count; return count + *AT(int32_t, memory, record); }
