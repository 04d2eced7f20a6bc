static double lander_reset(uint8_t *memory, uint32_t record, int32_t index) { (void)memory, (void)record, (void)index; return 0; }
static double lander_step(uint8_t *memory, uint32_t record, int32_t count) { (void)memory, (void)record, (void)count; return 0; }
